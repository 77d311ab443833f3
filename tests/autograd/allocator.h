/* An allocator that keeps accounts and can be made to fail, so that a test sees every leak, every
 * wrong size given back, and what happens when memory runs out at any moment.
 */
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include <autograd.h>

#include "check_main.h"

typedef struct account {
    size_t bytes, blocks, calls;
    size_t fail_at;  /* the call that fails, counted from 1; 0: none */
    bool fail_after; /* and all later ones */
    size_t refused;
    size_t largest; /* requests above this fail; 0: no limit */
} account;

static inline void *account_alloc(void *context, size_t bytes)
{
    account *a = context;
    a->calls++;
    bool late =
        a->fail_at != 0 && a->calls >= a->fail_at && (a->fail_after || a->calls == a->fail_at);
    void *p = late || (a->largest != 0 && bytes > a->largest) ? NULL : malloc(bytes);
    if (p == NULL) {
        a->refused++;
        return NULL;
    }
    memset(p, 0xA5, bytes); /* nobody may count on zeros */
    a->bytes += bytes;
    a->blocks++;
    return p;
}

static inline void account_release(void *context, void *memory, size_t bytes)
{
    account *a = context;
    a->bytes -= bytes;
    a->blocks--;
    memset(memory, 0x5A, bytes); /* nor read what it gave back */
    free(memory);
}

static inline ag_graph *account_graph(account *a)
{
    ag_graph_options options = {.allocator = {account_alloc, account_release, a}};
    return ag_graph_new_with(&options);
}

/* Everything taken has been given back, with its size. */
static inline void account_balanced(const account *a)
{
    ck_assert_msg(a->blocks == 0 && a->bytes == 0, "%zu bytes in %zu blocks were not given back",
                  a->bytes, a->blocks);
}

#endif
