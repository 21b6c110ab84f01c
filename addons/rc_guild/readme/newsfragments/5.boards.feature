Leaderboards between guilds: what a member did counts for the guild of that hour; prizes are points on the guild account.
