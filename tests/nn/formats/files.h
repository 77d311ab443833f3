/* What the tests of readers share: files made for the occasion, and the data that lie beside the
 * project where someone has put them. Must not know any format.
 */
#ifndef FILES_H
#define FILES_H

#include "nn/data/sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A file with these bytes, of which there is one of each name; removed at the end of the program.
 */
static inline const char *file_of(const char *name, const void *bytes, size_t n)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/ag.%d.%s", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp",
             (int)getpid(), name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

/* All bytes of a file, to be freed. */
static inline unsigned char *bytes_of(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    unsigned char *bytes = malloc(*n + 1);
    ck_assert_uint_eq(fread(bytes, 1, *n, f), *n);
    fclose(f);
    return bytes;
}

/* The path of a file of the lectures' data: below AG_DATA, or where it lies beside the project.
 * NULL, and said on stdout, where it is not there. */
static inline const char *shared_file(const char *name)
{
    static char path[8][400];
    static int next;
    const char *const places[] = {getenv("AG_DATA"), "../shared/data", "../../shared/data"};
    char *to = path[next++ % 8];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(to, sizeof path[0], "%s/%s", places[i] != NULL ? places[i] : "", name);
        if (places[i] != NULL && access(to, R_OK) == 0) {
            return to;
        }
    }
    printf("skipped: %s is not here; AG_DATA names the folder\n", name);
    return NULL;
}

#endif
