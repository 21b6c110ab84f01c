Who was erased gets a last mail to the address known before; it is sent after the fact and kept nowhere.
