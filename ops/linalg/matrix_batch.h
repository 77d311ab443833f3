/* Batches of matrices for the factorizations: operands and results are walked together over their
 * leading dimensions, and each matrix is copied into dense row-major doubles and back, whatever its
 * strides and dtype are. So ops/kernel/factorize.h is written once, and f32 is computed in f64 and
 * rounded at the end. Private to ops/. Must not know any operation.
 */
#ifndef OPS_LINALG_MATRIX_BATCH_H
#define OPS_LINALG_MATRIX_BATCH_H

#define AG_NO_SITES
#include <autograd/custom_op.h>

#define AG__MATRICES_ARRAYS 3

/*     for (bool more = ag__matrices_start(&m); more; more = ag__matrices_next(&m)) {
 *         ... ag__matrices_get(&m, 0, a); ...; ag__matrices_set(&m, 1, y);
 *     }
 */
typedef struct ag__matrices {
    int ndim;
    int64_t dim[AG_MAX_DIMS], index[AG_MAX_DIMS], number; /* of the batch */
    int arrays;
    struct ag__matrix {
        ag_dtype dtype;
        char *data;
        int64_t batch[AG_MAX_DIMS];                   /* strides over the batch, in elements */
        int64_t rows, columns, row_step, column_step; /* of one matrix */
    } array[AG__MATRICES_ARRAYS];
} ag__matrices;

void ag__matrices_open(ag__matrices *m, int ndim, const int64_t *dim);
/* Adds an array whose last `inner` dimensions (0 to 2) are one matrix and whose others broadcast to
 * the batch. A number is a matrix of 1 by 1, a vector one of 1 by n. */
void ag__matrices_add(ag__matrices *m, const ag_array *a, int inner);
/* Opens the batch of the matrices x, and adds x. */
void ag__matrices_of(ag__matrices *m, const ag_array *x);
/* False where there is no matrix, and where those of the result, which is added last, have no
 * element: there may be more of them than anybody can walk. */
bool ag__matrices_start(ag__matrices *m);
bool ag__matrices_next(ag__matrices *m);
/* Copy the current matrix of array k to dense row-major memory, or back. */
void ag__matrices_get(const ag__matrices *m, int k, double *to);
void ag__matrices_set(const ag__matrices *m, int k, const double *from);

/* Memory for n matrices of rows by columns, for the time of the call. NULL with an error kept if
 * memory ran out. */
double *ag__matrices_work(ag_graph *g, int64_t n, int64_t rows, int64_t columns);

/* For infer: all operands have one floating dtype, and operand 0 is a batch of square matrices. */
AG_MUST_USE ag_status ag__square_float(ag_call *call);
/* The same as an operation's infer, whose result has the shape of operand 0. */
AG_MUST_USE ag_status ag__square_infer(ag_call *call);

/* For infer: the operands have one floating dtype, and operand 0 is a batch of matrices. */
AG_MUST_USE ag_status ag__matrix_float(ag_call *call);

/* Writes "the matrix" or "matrix 3 of the batch", for messages, into `text` of AG__WHICH_BYTES. */
#define AG__WHICH_BYTES 48
const char *ag__matrices_which(const ag__matrices *m, char *text);
/* Keeps the error of a matrix without an inverse: the pivot in `column` is 0. */
ag_status ag__singular(const ag_call *call, const ag__matrices *m, int64_t column);
/* Fails if the current matrix, whose elements are in `a`, has a NaN or Inf. */
AG_MUST_USE ag_status ag__must_be_finite(const ag_call *call, const ag__matrices *m,
                                         const double *a, int64_t rows, int64_t columns);

#endif
