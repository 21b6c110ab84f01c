Server postback: promoters' own servers are told of sign-ups and payments their adverts brought, signed and without anybody's data.
