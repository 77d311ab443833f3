/* What a function printed, compared with what it should have. Must not know the library. */
#ifndef PRINTED_H
#define PRINTED_H

#include <stdio.h>

#include "check_main.h"

static inline FILE *paper(void)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    return f;
}

/* Reads the file from its beginning and closes it. `status` is what the function gave: 0. */
static inline void expect_printed(FILE *f, int status, const char *want)
{
    char text[4000];
    ck_assert_int_eq(status, 0);
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    ck_assert_str_eq(text, want);
}

#endif
