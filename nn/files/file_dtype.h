/* The dtypes of the format: how they are called, bytes of an element, and which of ours it is.
 * Private to nn/files. Knows no archive.
 */
#ifndef NN_FILES_FILE_DTYPE_H
#define NN_FILES_FILE_DTYPE_H

#include <autograd/base.h>
#include <stdint.h>

typedef struct nn__file_dtype {
    const char *name;
    int64_t bytes;
    int dtype; /* -1: none */
} nn__file_dtype;

/* That of a dtype of ours. */
const nn__file_dtype *nn__file_dtype_of(ag_dtype dtype);

/* The one of that name, "F32"; NULL where there is none. */
const nn__file_dtype *nn__file_dtype_called(const char *name);

#endif
