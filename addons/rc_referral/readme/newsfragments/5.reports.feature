Referral reports and dashboard: funnel, sales per reward unit, K, sales in 90 days, cohorts, time until paid, by code, campaign, participant, team, channel and day.
