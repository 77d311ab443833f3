/* A folder for the files of a test. */
#ifndef TESTS_VIZ_FOLDER_H
#define TESTS_VIZ_FOLDER_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new folder; the test's files lie in it and go with it. */
static inline void enter_folder(char folder[40])
{
    strcpy(folder, "/tmp/viz_test_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static inline void leave_folder(const char *folder)
{
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

static inline char *file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "no %s", path);
    char *text = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return text;
}

/* Is there a file of this name? It is removed. */
static inline bool removed(const char *path)
{
    return remove(path) == 0;
}

#endif
