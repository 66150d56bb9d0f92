"""How much one request may ask for."""

MAX_BODY = 1_000_000  # bytes, but for uploads
MAX_UPLOAD = 50_000_000  # bytes of the file and the form around it
MAX_K = 100  # passages
MAX_N_BEST = 20  # possible answers to a question
MAX_BATCH = 32  # questions
MAX_LISTED = 1_000  # documents in one answer
MAX_CHARACTERS = 100_000  # of a page in one answer
MAX_FEEDBACK = 20_000_000  # bytes that are kept
MAX_CITED = 2_000  # characters of a page that one piece of it may be about
MAX_PAGE = 1_000_000  # a page's number
MAX_WAITING = 100  # uploads that are not yet ingested
MAX_PASSAGES = 20_000  # of an upload; some minutes of a processor
INGEST_MEMORY = 8_000_000_000  # bytes of address space of the process that ingests
QUEUE = 16  # requests that wait for the reader while it works for another
PATIENCE = 2.0  # seconds of waiting for the reader beyond which a request is told to come again
DEADLINE = 30.0  # seconds from a request to its answer
ARRIVAL_SECONDS = 20.0  # for a request to come in, and a second more for each
ARRIVAL_RATE = 5_000  # bytes of it
DRAWING_SECONDS = 20  # for the image of a page
DRAWING_QUEUE = 8  # images that are drawn or wait for it
DRAWING_MEMORY = 2_000_000_000  # bytes of address space of the process that draws it
DRAWING_PIXELS = 8_000_000  # of an image; larger pages are drawn at a smaller scale
