Participants say in the portal that a customer came by them, with evidence, and read the answer there.
