/* Every operation that the files of samples ask for, family by family, and how it is called. */
#ifndef GOLDEN_ENTRIES_H
#define GOLDEN_ENTRIES_H

#include "call_core.h"
#include "call_elementwise.h"
#include "call_fourier.h"
#include "call_index.h"
#include "call_linalg.h"
#include "call_loss.h"
#include "call_neural.h"
#include "call_reduce.h"
#include "call_resample.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const struct family {
    const golden_entry *entries;
    size_t n;
} families[] = {
    {core_calls, COUNT(core_calls)},         {elementwise_calls, COUNT(elementwise_calls)},
    {function_calls, COUNT(function_calls)}, {reduce_calls, COUNT(reduce_calls)},
    {linalg_calls, COUNT(linalg_calls)},     {index_calls, COUNT(index_calls)},
    {neural_calls, COUNT(neural_calls)},     {loss_calls, COUNT(loss_calls)},
    {resample_calls, COUNT(resample_calls)}, {fourier_calls, COUNT(fourier_calls)},
};

static inline const golden_entry *entry_of(const char *op)
{
    for (size_t f = 0; f < COUNT(families); f++) {
        for (size_t i = 0; i < families[f].n; i++) {
            if (strcmp(families[f].entries[i].op, op) == 0) {
                return &families[f].entries[i];
            }
        }
    }
    return NULL;
}

#endif
