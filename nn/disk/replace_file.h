/* What the system must do so that a file takes the place of another only when it is whole and on
 * the disk. Private to nn/disk. Knows no graph and nothing of what is written.
 */
#ifndef NN_DISK_REPLACE_FILE_H
#define NN_DISK_REPLACE_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* A new file of this name, for writing; NULL and errno. The name is one that others can guess, so a
 * link that was laid there is not followed. */
FILE *nn__file_open_new(const char *path);

/* Brings to the disk what was written. False and errno. */
bool nn__file_to_disk(FILE *out);

/* Gives the file `part` the name of `path`, which may be that of an older file. False and errno. */
bool nn__file_put_in_place(const char *part, const char *path);

#endif
