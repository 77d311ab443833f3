/* A file that takes the place of another only when it is whole and on the disk. Must not know
 * what is written.
 */
#ifndef NN_FILES_REPLACE_FILE_H
#define NN_FILES_REPLACE_FILE_H

#include <stdbool.h>
#include <stdio.h>

typedef struct nn__replacement {
    FILE *out; /* to be written to */
    const char *path;
    char part[4096];  /* where it is written until it is whole */
    char reason[200]; /* why a call has failed */
} nn__replacement;

/* Begins; false with a reason. `path` is *borrowed* until the end. */
bool nn__replace_begin(nn__replacement *r, const char *path);

/* Brings what was written to the disk and puts it in its place. False with a reason, also where
 * anything written before has failed; the file that was there is then as it was. Ends the
 * writing in either case. */
bool nn__replace_commit(nn__replacement *r);

/* Ends the writing, and the file that was there stays. */
void nn__replace_cancel(nn__replacement *r);

#endif
