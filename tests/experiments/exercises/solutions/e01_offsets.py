import unicodedata

HYPOTHESIS = "An amount is cut into 5 pieces on average, because sign, number, point, decimal and word are one each."
PREDICTION = 5


def offsets(text, pieces):
    letters = [
        place
        for place, character in enumerate(text)
        if not character.isspace()
        for letter in unicodedata.normalize("NFD", character.lower())
        if unicodedata.category(letter) != "Mn"
    ]
    found, at = [], 0
    for piece in pieces:
        length = len(piece.removeprefix("##"))
        found.append((letters[at], letters[at + length - 1] + 1))
        at += length
    return found
