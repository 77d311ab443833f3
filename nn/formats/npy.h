/* The format .npy of NumPy: its header, and the numbers in this machine's order. Private to
 * nn/formats. Knows no archive.
 */
#ifndef NN_FORMATS_NPY_H
#define NN_FORMATS_NPY_H

#include "nn/disk/source.h"

typedef struct nn__npy {
    nn_element element; /* that its numbers become */
    ag_shape shape;
    int64_t size; /* elements */
    char kind;    /* 'f', 'i', 'u', 'b' */
    int item;     /* bytes of a number in the file */
    bool swap, fortran;
    const unsigned char *numbers; /* in the bytes that were parsed */
} nn__npy;

/* Reads the header of n bytes and compares all sizes with n. NULL, or what is wrong. */
const char *nn__npy_parse(nn__npy *a, const unsigned char *bytes, int64_t n);

/* Writes its numbers, row-major, to room for a->size elements. NULL, or what is wrong. */
const char *nn__npy_numbers(const nn__npy *a, void *to);

/* The header of an array of this dtype and shape, padded as NumPy pads it; how many bytes. */
enum { NN__NPY_HEADER = 320 };
size_t nn__npy_header(ag_dtype dtype, ag_shape shape, unsigned char out[NN__NPY_HEADER]);

/* A constant of its numbers, a data set of two; `in` is what messages name. */
ag_tensor *nn__npy_tensor(const nn__source *in, const nn__npy *a);
bool nn__npy_block(const nn__source *in, const nn__npy *a, bool classes, nn__block *b);
nn_data *nn__npy_data(const nn__source *in, const nn__npy *x, const nn__source *in_y,
                      const nn__npy *y);

/* Reading from memory, as from a file. */
ag_tensor *nn__load_npy_bytes(ag_graph *g, const void *bytes, size_t n);
ag_tensor *nn__load_npz_bytes(ag_graph *g, const void *bytes, size_t n, const char *name);

#endif
