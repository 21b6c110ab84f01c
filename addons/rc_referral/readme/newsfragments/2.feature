Codes, links and QR; touches and attribution; sponsor edges; leads from sign-ups; referral points; portal page.
