Sharing: invitation pages, campaign pages, cards, posters and stickers with name and QR code, links by channel, items to recommend, wording checked.
