E-mail and phone are confirmed by a mailed link, an SMS code or an identity provider; rewards that wait for it are given then.
