Program managers report a contact, an order or an attribution for review; the dialog that confirms a case shows what is taken back.
