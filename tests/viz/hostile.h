/* Names that a writer could take for something else, or that are no text at all. */
#ifndef TESTS_VIZ_HOSTILE_H
#define TESTS_VIZ_HOSTILE_H

static const char *const hostile[] = {"\"quoted\"",
                                      "back\\slash",
                                      "\\Lambda",
                                      "<b>&amp;</b>",
                                      "a\nb\tc",
                                      "\xF0\x9F\x98\x80",
                                      "\xE2\x80\xAEx",
                                      "\xFF\xC0\x80",
                                      "]]>",
                                      "'; --",
                                      "%s%n",
                                      "--></style>",
                                      "{",
                                      "}",
                                      "}}\\end",
                                      "$x$",
                                      "a_b_c^d~#",
                                      "`*_bold_*`",
                                      "x|y",
                                      "end",
                                      "\xCE\xBB_1",
                                      "é",
                                      "\xD7\xA9\xD7\x9C"};
#define HOSTILE (sizeof hostile / sizeof hostile[0])

#endif
