A sales partner's copy of their data has the partnership and when leads were handed to them.
