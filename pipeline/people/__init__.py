"""Staff lists become people, and people × policies × today becomes what each is asked.

``lists.several_lists`` takes in every list that is named: ``lists.sheets`` opens one, ``lists.dates`` reads its dates,
``lists.staff_list`` turns its rows into people or refuses them, ``lists.comparison`` holds them against those who are
known, ``lists.staff_import`` brings them into the register. ``by_hand`` is what the office decides of one person,
``naming`` whom it means. ``obligations`` works out who must read what, ``asked`` how many are asked by which rule.
"""
