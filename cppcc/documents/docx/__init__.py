"""An official document as a .docx that a clerk edits in WPS: the same content, the same styles, no archived bytes."""
