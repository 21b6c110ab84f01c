Ranks bring rights and a community channel, the council votes in polls, members hand on cards (seven days of Ultimate, one
self-reflection), titles, frames and badges stand beside the name, birthdays give points, disputes of points carry a picture or PDF,
the mall is named as a way to more of a right, and a package without an exchange rate says why it cannot be bought.
