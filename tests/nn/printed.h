/* What a function printed, compared with what it should have. */
#ifndef PRINTED_H
#define PRINTED_H

#include <autograd.h>
#include <stdio.h>

#include "check_main.h"

static inline FILE *paper(void)
{
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    return f;
}

/* Reads the file from its beginning and closes it. `status` is what the function gave: AG_OK. */
static inline void expect_printed(FILE *f, ag_status status, const char *want)
{
    char text[4000];
    ck_assert_int_eq(status, AG_OK);
    rewind(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    ck_assert_str_eq(text, want);
}

#endif
