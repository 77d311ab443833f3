/* Files that are whole or as they were: what the system must do so that a file takes the place of
 * another only when it is complete and on the disk. For code that writes files of its own, as nn and
 * viz do. Knows no graph and nothing of what is written.
 */
#ifndef AUTOGRAD_FILE_H
#define AUTOGRAD_FILE_H

#include <stdio.h>

#include "base.h"

AG_BEGIN_C

/* Makes a file of these n bytes. An older one of the name stays as it is until the new one is whole.
 * What is no ordinary file, a link or a device, cannot be replaced and is written to. Returns false
 * on error, with errno. */
AG_API AG_MUST_USE bool ag_file_save(const char *path, const void *bytes, size_t n);

/* The same in three steps, for what is written piece by piece. A new file of this name, for writing;
 * close it with fclose. The name is one that others can guess, so a link that was laid there is not
 * followed. Returns NULL on error, with errno. */
AG_API AG_MUST_USE FILE *ag_file_open_new(const char *path);

/* Brings to the disk what was written. Returns false on error, with errno. */
AG_API AG_MUST_USE bool ag_file_to_disk(FILE *out);

/* Gives the file `part` the name of `path`, which may be that of an older file. Returns false on
 * error, with errno. */
AG_API AG_MUST_USE bool ag_file_put_in_place(const char *part, const char *path);

/* Do both names lead to one file, which is there? */
AG_API bool ag_file_is_same(const char *a, const char *b);

AG_END_C

#endif
