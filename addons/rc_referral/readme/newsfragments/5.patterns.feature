The screening knows adverts bought on our name, clicks that all carry one sub-id, sleepers who wake with a burst, and cards that are tried.
