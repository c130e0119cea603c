"""Staff lists become people, and people × policies × today becomes what each is asked.

``sheets`` opens a list, ``list_dates`` reads its dates, ``staff_list`` turns its rows into people or refuses them,
``staff_import`` brings them into the register, ``obligations`` works out who must read what.
"""
