/* The windows of pooling, and how they follow from the options. Private to ops/.
 */
#ifndef OPS_NEURAL_POOL_H
#define OPS_NEURAL_POOL_H

#include <autograd/neural.h>

#include "spatial.h"

/* If there are fewer than three spatial dimensions, they are the last ones of the arrays, and the
 * others have extent 1. All dimensions before the spatial ones count planes. */
typedef struct ag__windows {
    int n; /* spatial dimensions */
    int64_t x[3], y[3], k[3], stride[3], dilation[3], pad[3];
    bool adaptive; /* y windows that divide x as evenly as possible; k, stride and pad are unused */
    bool exclude_pad; /* a mean does not count the padding */
    int64_t divisor;  /* a mean divides the sum by this; 0 means the number of elements */
} ag__windows;

/* Reads the options of `name`; x has one or two dimensions before the spatial ones. */
bool ag__windows_open(ag__windows *w, const char *name, int n, ag_tensor *x,
                      const ag_pool_options *o);

/* The same for `size` windows that divide each dimension as evenly as possible. */
bool ag__windows_adapt(ag__windows *w, const char *name, int n, ag_tensor *x,
                       const int64_t size[3]);

/* Checks that operand 0 has the shape of what is pooled or, if `pooled`, of the result of pooling,
 * and sets call->shape to the other of the two. */
ag_status ag__windows_infer(ag_call *call, const ag__windows *w, bool pooled);

/* The number of elements of x, or of y, in one plane; and the number of planes in an array. */
int64_t ag__windows_size(const int64_t extent[3]);
int64_t ag__windows_planes(const ag__windows *w, const ag_array *a);

/* The output position with number i in a plane, as an index. */
void ag__windows_at(const ag__windows *w, int64_t i, int64_t at[3]);

/* The elements of window number i of adaptive pooling: [from, to) in each dimension; how many. */
typedef struct ag__pool_window {
    int64_t from[3], to[3], count;
} ag__pool_window;
ag__pool_window ag__windows_elements(const ag__windows *w, int64_t i);

/* The windows along dimension d whose k-th element lies in x: those in [from, to). */
typedef struct ag__range {
    int64_t from, to;
} ag__range;
ag__range ag__windows_meet(const ag__windows *w, int d, int64_t k);

/* Computes the means y over windows of x or, if `spread`, adds the transpose of that map to x. The
 * windows are not adaptive, and both arrays are row-major. False without memory. */
bool ag__avg_rows(const ag__windows *w, ag_graph *g, ag_dtype dtype, int64_t planes, void *x,
                  void *y, bool spread);

/* The places of the largest elements of adaptive windows in planes of x, which is row-major. */
void ag__max_adaptive(const ag__windows *w, ag_dtype dtype, const void *x, int64_t n,
                      int64_t *index);

void ag__windows_describe(const void *attr, char *text, size_t bytes);

extern const ag_op ag__max_pool_op, ag__max_unpool_op, ag__max_pool_index_op;
extern const ag_op ag__avg_pool_op, ag__avg_unpool_op;

#endif
