Partner types and grades, activation of partners, and the partner's dashboard in the portal: from a
customer's click to the payment of the commission.
