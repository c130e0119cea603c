"""What every school's process of a night needs, made by the process that they are all forked from as it loads this.

The packaged templates of letters, copies and the site are compiled, and the wordings of roles are read. What there is
then is left out of every search for garbage, so that the forks go on sharing its memory.
"""

import gc

from pipeline.mail.words import compile_letters
from pipeline.named.roles.rules import load_wordings
from pipeline.resources import compile_pages

compile_letters()
compile_pages()
load_wordings()
gc.collect()
gc.freeze()
