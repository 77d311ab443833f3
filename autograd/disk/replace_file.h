/* What the system must do so that a file takes the place of another only when it is whole and on
 * the disk. Private to the library. Knows no graph and nothing of what is written.
 */
#ifndef AG_REPLACE_FILE_H
#define AG_REPLACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A new file of this name, for writing; NULL and errno. The name is one that others can guess, so a
 * link that was laid there is not followed. */
FILE *ag__file_open_new(const char *path);

/* Brings to the disk what was written. False and errno. */
bool ag__file_to_disk(FILE *out);

/* Gives the file `part` the name of `path`, which may be that of an older file. False and errno. */
bool ag__file_put_in_place(const char *part, const char *path);

/* Makes a file of these bytes. An older one of the name stays as it is until the new one is whole.
 * What is no ordinary file, a link or a device, cannot be replaced and is written to. False and
 * errno. */
bool ag__file_save(const char *path, const void *bytes, size_t n);

/* Do both names lead to one file, which is there? */
bool ag__file_is_same(const char *a, const char *b);

#endif
