"""What is owed becomes requests and mail; what staff answer becomes acknowledgements and ledger records.

``counting`` says which versions one reading covers, ``plan`` opens and closes requests and queues the mail, ``links``
makes and reads personal links, ``record`` records an acknowledgement, ``form_export`` takes over many, ``lists`` says
who has and who has not.
"""
