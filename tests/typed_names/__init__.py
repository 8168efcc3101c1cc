"""An examination of who is meant by a typed name, written without a look at the module that decides it.

People come from the public name lists of the package Faker, in 31 languages and eight scripts. A catalogue
of changes writes each of them as an ordinary person might type them, and says what is right: the same
person, or at least a person who is forbidden and told until a coordinator decides.
"""
