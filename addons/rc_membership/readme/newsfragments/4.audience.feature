Earning rules can be for members with a tag, or for a segment taken over from a saved filter of contacts. Members choose whether they are told by mail, SMS, or only in their account.
