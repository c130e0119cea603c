"""Staff lists become people, and people × policies × today becomes what each is asked.

``several_lists`` takes in every list that is named: ``sheets`` opens one, ``list_dates`` reads its dates,
``staff_list`` turns its rows into people or refuses them, ``comparison`` holds them against those who are known,
``staff_import`` brings them into the register. ``by_hand`` is what the office decides of one person, ``naming`` whom it
means. ``obligations`` works out who must read what, ``asked`` how many are asked by which rule.
"""
