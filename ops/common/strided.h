/* The common parts of operations with a structure of their own: loops over strided arrays of one
 * shape, copies between such arrays, and some arithmetic on shapes. Private to ops/. Must not know
 * any operation.
 */
#ifndef OPS_COMMON_STRIDED_H
#define OPS_COMMON_STRIDED_H

#define AG_NO_SITES
#include <string.h>

#include <autograd/custom_op.h>

#define AG__LOOP_ARRAYS 5

/* Visits every element of up to five arrays in row-major order, in runs along the last dimension.
 * Neighboring dimensions that can be walked as one in all arrays are merged, so contiguous memory
 * is one run:
 *
 *     for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
 *         ... l.run elements; array k begins at l.at[k] and advances by l.step[k] elements ...
 *     }
 *
 * After the last run every at[k] is back at its array's first element.
 *
 * The strides of one dimension lie together in memory, as `each` and `at` do. With the strides of
 * one array together, GCC 12 computes the step to the next run as an address that its ipa-modref
 * pass takes for null, and then it misses that at[] changes. */
typedef struct ag__loop {
    int arrays, ndim;
    int64_t dim[AG_MAX_DIMS], index[AG_MAX_DIMS];
    int64_t stride[AG_MAX_DIMS][AG__LOOP_ARRAYS]; /* in elements */
    int64_t each[AG__LOOP_ARRAYS];                /* the size of an element, in bytes */
    char *at[AG__LOOP_ARRAYS];
    int64_t run, step[AG__LOOP_ARRAYS];
} ag__loop;

void ag__loop_open(ag__loop *l, int ndim, const int64_t *dim);
/* Adds an array that broadcasts to the loop's shape. */
void ag__loop_add(ag__loop *l, const ag_array *a);
bool ag__loop_start(ag__loop *l); /* false if there is no element */
bool ag__loop_next(ag__loop *l);

/* Makes *part a loop over a part of a loop that has been started: the indices from <= index < to of
 * dimension d, which counts the dimensions left after merging. *part has yet to be started. */
void ag__loop_part(const ag__loop *l, int d, int64_t from, int64_t to, ag__loop *part);

/* An array that owns its sizes and strides: the part of another array that an operation works
 * on. */
typedef struct ag__part {
    ag_array array;
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
} ag__part;
/* The part of `a` that begins at element `offset` in memory, with these sizes and strides. */
void ag__part_shape(ag__part *part, const ag_array *a, int ndim, const int64_t *dim,
                    const int64_t *stride, int64_t offset);

/* Whether x has the shape of the part, so that it can be put there. If not, the call fails. */
bool ag__part_fits(const ag_call *call, const ag__part *part, const ag_array *x);
/* part = x. Errors: SHAPE. */
AG_MUST_USE ag_status ag__part_set(const ag_call *call, const ag__part *part, const ag_array *x);

/* Copies one element of `each` bytes, 8 or 4: with a constant size memcpy becomes a load and a
 * store. */
static inline void ag__copy_element(char *to, const char *from, int64_t each)
{
    if (each == 8) {
        memcpy(to, from, 8);
    } else {
        memcpy(to, from, 4);
    }
}

/* Copies n elements of `each` bytes; the steps are in bytes. */
void ag__copy_elements(char *to, int64_t to_step, const char *from, int64_t from_step, int64_t n,
                       int64_t each);

/* to = from. `from` broadcasts to the shape of `to` and has its dtype. */
void ag__strided_copy(const ag_array *to, const ag_array *from);

/* The elements of an array in row-major order: its own memory if it is contiguous, otherwise a copy
 * that lives for the time of this `forward` or `backward` call. NULL, with an error kept, if memory
 * ran out; NULL also if there are no elements. */
const void *ag__contiguous(ag_graph *g, const ag_array *a);

/* The product of n sizes, none of which is negative; false if it does not fit. */
bool ag__product(const int64_t *dim, int n, int64_t *product);

#define AG__TEXT_BYTES AG_SHAPE_TEXT
/* Write "[2,3]" or "0,-1" to `text`, which has AG__TEXT_BYTES, and return it. */
const char *ag__text_of(ag_shape shape, char *text);
const char *ag__text_of_axes(ag_axes axes, char *text);

/* For ag_op.partial_number: the local partial of a map that is the identity on 0-d tensors. */
double ag__partial_one(const ag_tensor *node, int i);

#endif
