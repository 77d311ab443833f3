/* The general matrix product: the contract between matmul and the kernel that computes it. Private
 * to ops/.
 *
 *     C = alpha A B + beta C,   A (m,k), B (k,n), C (m,n)
 *
 * Element (i,j) of a matrix X is x[i * rsx + j * csx]; strides may be 0 or negative, except that
 * the elements of C are distinct. A and B may be the same memory; C overlaps neither. beta = 0
 * never reads C. If k is 0, the result is beta C. No product is skipped because a factor is zero (0
 * * inf is NaN). `work` is scratch memory of ag__gemm_work(..., element bytes, m, n, k) bytes,
 * aligned to 64; it may be NULL if that is 0. The order of every sum over k depends on the sizes
 * alone, not on the number of threads. `micro` are the tiles of an instruction set,
 * ag__kernels_best()->micro, and `threads` is how many threads may work, ag__threads() or 1; both
 * must be the same in both calls.
 */
#ifndef OPS_KERNEL_GEMM_H
#define OPS_KERNEL_GEMM_H

#include <stddef.h>
#include <stdint.h>

#include "gemm_micro.h"

size_t ag__gemm_work(const ag__micro *micro, int threads, size_t element, int64_t m, int64_t n,
                     int64_t k);

void ag__gemm_f64(const ag__micro *micro, int threads, int64_t m, int64_t n, int64_t k,
                  double alpha, const double *a, int64_t rsa, int64_t csa, const double *b,
                  int64_t rsb, int64_t csb, double beta, double *c, int64_t rsc, int64_t csc,
                  void *work);
void ag__gemm_f32(const ag__micro *micro, int threads, int64_t m, int64_t n, int64_t k, float alpha,
                  const float *a, int64_t rsa, int64_t csa, const float *b, int64_t rsb,
                  int64_t csb, float beta, float *c, int64_t rsc, int64_t csc, void *work);

#endif
