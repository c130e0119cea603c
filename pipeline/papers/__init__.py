"""What goes out on paper: packs for staff without e-mail, sheets to sign, cards for supply staff.

Asked for by ``policy pack`` and ``policy card``. What comes back signed is entered through ``acknowledgements``.
"""
