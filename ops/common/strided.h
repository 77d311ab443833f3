/* What the structured operations share: walking strided arrays of one shape together, copying and
 * adding through them, and a little arithmetic on shapes. Private to ops/. Knows no operation.
 */
#ifndef OPS_COMMON_STRIDED_H
#define OPS_COMMON_STRIDED_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#define AG__LOOP_ARRAYS 5

/* Visits every element of up to five arrays, row-major, in runs along the last dimension.
 * Neighboring dimensions that lie evenly in all arrays are merged, so contiguous memory is one
 * run:
 *
 *     for (bool more = ag__loop_start(&l); more; more = ag__loop_next(&l)) {
 *         ... l.run elements; array k begins at l.at[k] and advances by l.step[k] elements ...
 *     }
 *
 * After the last run every at[k] is back at its array's first element.
 *
 * A dimension's strides lie together, as `each` and `at` do. The other way round, GCC 12 makes
 * of the step to the next run an address that its ipa-modref pass takes for null, and forgets
 * that at[] moves. */
typedef struct ag__loop {
    int arrays, ndim;
    int64_t dim[AG_MAX_DIMS], index[AG_MAX_DIMS];
    int64_t stride[AG_MAX_DIMS][AG__LOOP_ARRAYS]; /* in elements */
    int64_t each[AG__LOOP_ARRAYS];                /* bytes of an element */
    char *at[AG__LOOP_ARRAYS];
    int64_t run, step[AG__LOOP_ARRAYS];
} ag__loop;

void ag__loop_open(ag__loop *l, int ndim, const int64_t *dim);
/* Adds an array that broadcasts to the loop's shape. */
void ag__loop_add(ag__loop *l, const ag_array *a);
bool ag__loop_start(ag__loop *l); /* false where there is no element */
bool ag__loop_next(ag__loop *l);

/* A loop over a part of a loop that has been started: from <= index < to in dimension d of those
 * that are left after merging. It has yet to be started itself. */
void ag__loop_part(const ag__loop *l, int d, int64_t from, int64_t to, ag__loop *part);

/* An array with extents of its own, for the part of another that an operation works on. */
typedef struct ag__part {
    ag_array array;
    int64_t dim[AG_MAX_DIMS], stride[AG_MAX_DIMS];
} ag__part;
/* The part of `a` that begins `offset` elements in, with these sizes and strides. */
void ag__part_shape(ag__part *part, const ag_array *a, int ndim, const int64_t *dim,
                    const int64_t *stride, int64_t offset);

/* Has x the shape of the part? If not, the call fails: of an operation that puts x there. */
bool ag__part_fits(const ag_call *call, const ag__part *part, const ag_array *x);
/* part = x, if it fits. */
AG_MUST_USE ag_status ag__part_set(const ag_call *call, const ag__part *part, const ag_array *x);

/* to = from, which broadcasts to the shape of `to`; equal dtypes. */
void ag__strided_copy(const ag_array *to, const ag_array *from);

/* The elements of an array in row-major order: its own memory where they lie so, otherwise a copy
 * for the time of this `forward` or `backward` call. NULL, with an error kept, when memory ran out;
 * NULL too where there are no elements. */
const void *ag__contiguous(ag_graph *g, const ag_array *a);

/* Row-major strides; those of an empty shape are never used. */
void ag__row_major(int ndim, const int64_t *dim, int64_t stride[AG_MAX_DIMS]);

/* v towards 0; the nearest end of the range for what lies outside, 0 for NaN: C leaves both
 * undefined. */
static inline int64_t ag__to_i64(double v)
{
    if (v >= 9223372036854775808.0) {
        return INT64_MAX;
    }
    if (v <= -9223372036854775808.0) {
        return INT64_MIN;
    }
    return v == v ? (int64_t)v : 0;
}

/* The product of n sizes, none negative; false where it does not fit. */
bool ag__product(const int64_t *dim, int n, int64_t *product);

#define AG__TEXT_BYTES AG_SHAPE_TEXT
/* "[2,3]" and "0,-1", into `text` of AG__TEXT_BYTES; return it. */
const char *ag__text_of(ag_shape shape, char *text);
const char *ag__text_of_axes(ag_axes axes, char *text);

/* The local partial of the maps that are the identity on a 0-d tensor. */
double ag__partial_one(const ag_tensor *node, int i);

#endif
