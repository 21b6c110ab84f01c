The visitor travels with the sign-up by an identity provider, whichever module was installed first.
