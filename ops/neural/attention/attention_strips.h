/* Attention by strips of rows, for which the scores of all queries are never there at once. The
 * contract between the operation and its numbers. Private to ops/neural/attention/.
 */
#ifndef OPS_NEURAL_ATTENTION_ATTENTION_STRIPS_H
#define OPS_NEURAL_ATTENTION_ATTENTION_STRIPS_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

typedef struct ag__attention_attr {
    double scale;
    bool causal;
} ag__attention_attr;

/* Arrays with the same leading sizes, strided in any way; the mask has the shape of the scores, or
 * no data. */
typedef struct ag__attention_arrays {
    const ag__attention_attr *attr;
    ag_array q, k, v, mask;
    ag_array y;          /* the result or, going back, the gradient in it */
    ag_array gq, gk, gv; /* are added to; without data where no gradient is needed */
} ag__attention_arrays;

/* Both take working memory that grows with the number of keys, not with that of queries. Errors:
 * MEMORY. */
AG_MUST_USE ag_status ag__attention_forward(const ag__attention_arrays *a, ag_graph *g);
AG_MUST_USE ag_status ag__attention_backward(const ag__attention_arrays *a, ag_graph *g);

#endif
