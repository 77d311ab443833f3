/* The dtypes of the format. Source: the format's description at github.com/huggingface/safetensors.
 */
#include "file_dtype.h"

#include <stddef.h>
#include <string.h>

static const nn__file_dtype kinds[] = {
    {"F64", 8, AG_F64}, {"F32", 4, AG_F32}, {"I64", 8, AG_I64}, {"U64", 8, -1},
    {"I32", 4, -1},     {"U32", 4, -1},     {"I16", 2, -1},     {"U16", 2, -1},
    {"F16", 2, -1},     {"BF16", 2, -1},    {"I8", 1, -1},      {"U8", 1, -1},
    {"BOOL", 1, -1},    {"F8_E4M3", 1, -1}, {"F8_E5M2", 1, -1},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const nn__file_dtype *nn__file_dtype_of(ag_dtype dtype)
{
    int i = 0;
    while (kinds[i].dtype != (int)dtype) {
        i++; /* each dtype of ours is there */
    }
    return &kinds[i];
}

const nn__file_dtype *nn__file_dtype_called(const char *name)
{
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}
