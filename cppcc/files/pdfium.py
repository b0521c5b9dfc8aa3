"""PDFium, which reads and draws PDF files, is not made for several threads: whoever uses it holds the one lock."""

import threading

PDFIUM = threading.Lock()
