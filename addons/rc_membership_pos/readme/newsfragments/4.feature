Plans, add-ons and packages are sold at the point of sale, and members spend and earn points there.
