/* Where the tests find the file of samples, and reading it whole. */
#ifndef GOLDEN_PATH_H
#define GOLDEN_PATH_H

#include <stdio.h>

#include "check_main.h"

#define GOLDEN_FILE "tests/golden/torch.bin"
#define SPECIAL_FILE "tests/golden/special.bin"

typedef struct contents {
    unsigned char *data;
    size_t size;
} contents;

/* *New*: free data. */
static inline contents contents_of(const char *path)
{
    contents c = {0};
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    ck_assert_int_ge(size, 0);
    rewind(file);
    c.size = (size_t)size;
    c.data = malloc(c.size + 1);
    ck_assert_ptr_nonnull(c.data);
    ck_assert_uint_eq(fread(c.data, 1, c.size, file), c.size);
    fclose(file);
    return c;
}

/* The one asked for in AG_GOLDEN, or the committed one. */
static inline contents the_file(void)
{
    const char *path = getenv("AG_GOLDEN");
    return contents_of(path != NULL && *path != '\0' ? path : GOLDEN_FILE);
}

#endif
