/* All built-in operations, for code that loops over them or looks for one by name: tests,
 * documentation. Must not know what an operation computes.
 */
#define AG_NO_SITES
#include <autograd/ops.h>
#include <string.h>

#include "ops/common/families.h"

static const ag_op *in_family(int family, int i)
{
    static const ag_op *const *const families[] = {
        ag__elementwise_ops, ag__shape_ops,    ag__reduce_ops,  ag__index_ops, ag__linalg_ops,
        ag__neural_ops,      ag__resample_ops, ag__fourier_ops, ag__loss_ops,
    };
    if (family >= (int)(sizeof families / sizeof *families)) {
        return NULL;
    }
    return families[family][i];
}

const ag_op *ag_op_at(int i)
{
    for (int k = 0; i >= 0 && ag_engine_op(k) != NULL; k++) {
        if (i-- == 0) {
            return ag_engine_op(k);
        }
    }
    for (int family = 0; i >= 0 && in_family(family, 0) != NULL; family++) {
        for (int k = 0; in_family(family, k) != NULL; k++) {
            if (i-- == 0) {
                return in_family(family, k);
            }
        }
    }
    return NULL;
}

const ag_op *ag_op_find(const char *name)
{
    for (int i = 0; name != NULL && ag_op_at(i) != NULL; i++) {
        if (strcmp(ag_op_at(i)->name, name) == 0) {
            return ag_op_at(i);
        }
    }
    return NULL;
}
