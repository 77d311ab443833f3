/* The engine's structures, private to autograd/, with one exception: ops/elementwise/elementwise.c records 0-d
 * f64 nodes inline, because a function call more would be felt there.
 */
#ifndef AUTOGRAD_GRAPH_NODE_H
#define AUTOGRAD_GRAPH_NODE_H

#include <stddef.h>
#include <string.h>

#include <autograd/custom_op.h>
#include <autograd/derivatives.h>
#include <autograd/engine.h>
#include <autograd/hooks.h>
#include <autograd/inspect.h>

#include "memory.h"

#if defined(__GNUC__)
#define AG__COLD __attribute__((cold, noinline))
#define AG__LIKELY(condition) __builtin_expect(!!(condition), 1)
#else
#define AG__COLD
#define AG__LIKELY(condition) (condition)
#endif

/* --- nodes ------------------------------------------------------------------------------------ */

typedef union ag__word {
    double f64;
    float f32;
    int64_t i64;
} ag__word;

/* What a tensor of one dimension or more has beside its node. */
typedef struct ag__storage {
    void *data;
    void *grad;       /* contiguous; NULL when there is none */
    ag_tensor *owner; /* whose memory `data` lies in: itself, or where a view comes from */
    int64_t size;
    int ndim;
    bool contiguous;
    int64_t extent[]; /* ndim sizes, then ndim strides */
} ag__storage;

enum {
    AG__NEEDS = 1,    /* wants a gradient */
    AG__SCALAR = 2,   /* value and gradient are in the node */
    AG__LEAN = 4,     /* 0-d f64: a scalar that the inline path may use */
    AG__PARTIALS = 8, /* recorded by the inline path: partial[] is valid */
    AG__LEAF = 16,    /* no operation made it */
    AG__PARAMETER = 32,
    AG__KEEP = 64, /* ag_retain_grad */
    AG__HOOKED = 128,
    AG__VIEW = 256,
    AG__POOLED = 512,     /* its gradient buffer goes back to the pool */
    AG__CLEAN = 1024,     /* a leaf whose gradient memory has yet to be zeroed */
    AG__TEMPORARY = 2048, /* on the scratch heap: gone after the rule or hook that made it */
    AG__LISTED = 4096     /* only within checkpoint.c: already among the operands */
};

#define AG__MANY 3 /* n_in of a node whose operands are in a list */

struct ag_tensor {
    struct ag__head head; /* points to the graph, whose first member is the site */
    const ag_op *op;      /* NULL for a leaf */
    union {
        ag_tensor *two[2];
        struct {
            ag_tensor *first;
            double parameter; /* of an elementwise operation with a constant */
        } one;
        struct {
            ag_tensor **list;
            size_t n;
        } many;
    } in;
    ag__word value, grad;
    union {
        double partial[2];
        struct {
            const void *attr;
            ag__storage *storage;
        } op;
        struct {
            uint32_t runs; /* passes summed in the gradient */
            ag__storage *storage;
        } leaf;
    } u;
    const char *where;
    struct ag__extra *extra; /* name, hooks */
    uint32_t id;
    uint32_t pass;    /* the last backward pass that reached it */
    uint32_t version; /* the version when recorded; of a leaf, when last written */
    uint8_t dtype, n_in;
    uint16_t flags;
};

/* Nodes lie in blocks, so that handles never move and the sweep walks memory in order. A node's
 * place is its id: both, and the graph, are written once, when the block is made. */
#define AG__BLOCK_BITS 10
#define AG__BLOCK (1u << AG__BLOCK_BITS)
typedef struct ag__heap {
    ag_tensor *next, *end; /* the free part of the current block */
    ag_tensor **block;
    size_t n_blocks, capacity;
    uint32_t end_id; /* of the node that would lie at `end` */
    ag__arena arena; /* shapes, values, operand lists */
} ag__heap;

/* Nodes in use. */
static inline uint32_t ag__count(const ag__heap *h)
{
    return h->next != h->end ? h->next->id : h->end_id;
}

static inline ag_tensor *ag__node(const ag__heap *h, uint32_t id)
{
    return &h->block[id >> AG__BLOCK_BITS][id & (AG__BLOCK - 1)];
}

/* Name and hooks; rare. */
typedef struct ag__hook_entry {
    ag_hook_function call;
    void *user;
    struct ag__hook_entry *next;
} ag__hook_entry;
typedef struct ag__extra {
    char *name;
    size_t name_bytes; /* room at `name` */
    bool named;
    ag__hook_entry *hook;
    void *before; /* a hooked leaf's gradient of earlier passes, while one is running */
} ag__extra;

/* Memory that belongs to a node older than the last mark, so the arena must not hold it. */
typedef struct ag__pinned {
    struct ag__pinned *next;
    const ag_tensor *owner;
    size_t bytes;
} ag__pinned;

/* The rewind with this number left so many nodes. */
typedef struct ag__rewind_note {
    uint64_t number;
    uint32_t nodes;
} ag__rewind_note;

/* --- graph ------------------------------------------------------------------------------------ */

struct ag_graph {
    /* What recording a 0-d node reads, side by side. */
    struct ag__site site; /* first: see ag__at_graph */
    ag__heap *heap;       /* the one being recorded on */
    uint32_t version;     /* writes to leaves */
    uint16_t grad_mask;   /* AG__NEEDS, or 0 inside a no-grad scope */
    bool plain;           /* no anomaly mode: the inline path may be used */

    ag__heap main, scratch; /* what the user records; temporaries of a numeric backward pass */
    ag__memory memory;
    ag__pool pool;
    ag__pinned *pinned;
    uint32_t floor; /* nodes at the last mark */
    uint64_t rewinds;
    ag__rewind_note *cuts; /* the rewinds that still tell which marks are no more; see graph.c */
    size_t n_cuts, cuts_capacity;
    uint32_t pass;              /* of the last sweep */
    const ag_tensor *pass_root; /* where it began; compared only, it may be gone */
    bool keep_grads, anomaly, sweeping;
    unsigned no_grad;
    uint32_t segment; /* where the function of a checkpoint began that is recording; else 0 */
    unsigned hooks;   /* ever added */
    ag_dtype dtype;
    ag_edge_function on_edge;
    void *on_edge_user;
    const ag_op **ops; /* registered by the user */
    size_t n_ops, ops_capacity;
    ag_random_state random;
    const ag_call *teller; /* tells the failures of all calls; see ag_call_enter */
    const ag_scope *scope; /* the innermost that is open */
    ag_status error;
    uint32_t failures; /* ever, the first or not */
    bool message_open; /* the last failure was the first: more may be added to its message */
    size_t message_used;
    char message[1024];
};

static inline ag_graph *ag__graph_from(const ag_tensor *t)
{
    return (ag_graph *)(void *)t->head.site;
}

/* heap.c: a new block; NULL and an error. Here, because the inline functions below call it. */
ag_tensor *ag__heap_grow(ag_graph *g, ag__heap *h);

/* Clock, type, number of operands and flags in one store, where four took a scalar operation a
 * fifth longer (tests/bench/README.md). */
static inline void ag__stamp(ag_tensor *t, uint32_t version, ag_dtype dtype, unsigned n_in,
                             unsigned flags)
{
    enum { AT = offsetof(ag_tensor, version) };
    _Static_assert(offsetof(ag_tensor, dtype) == AT + 4 && offsetof(ag_tensor, n_in) == AT + 5 &&
                       offsetof(ag_tensor, flags) == AT + 6,
                   "they lie side by side");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    const uint64_t word =
        (uint64_t)version << 32 | (uint64_t)dtype << 24 | (uint64_t)n_in << 16 | flags;
#else
    const uint64_t word =
        version | (uint64_t)dtype << 32 | (uint64_t)n_in << 40 | (uint64_t)flags << 48;
#endif
    memcpy((char *)t + AT, &word, sizeof word);
}

/* A node with only graph, id and line set; there must be a free one in the block. */
static inline ag_tensor *ag__push_free(ag_graph *g)
{
    ag_tensor *t = g->heap->next++;
    t->where = g->site.where;
    t->extra = NULL;
    t->pass = 0;
    return t;
}

static inline ag_tensor *ag__push(ag_graph *g)
{
    bool free = g->heap->next != g->heap->end || ag__heap_grow(g, g->heap) != NULL;
    return free ? ag__push_free(g) : NULL;
}

static inline ag_tensor *ag__in(const ag_tensor *t, int i)
{
    return t->n_in < AG__MANY ? t->in.two[i] : t->in.many.list[i];
}

static inline int ag__n_in(const ag_tensor *t)
{
    return t->n_in < AG__MANY ? t->n_in : (int)t->in.many.n;
}

static inline ag__storage *ag__storage_of(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? NULL : t->u.op.storage;
}

static inline void *ag__value_data(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? (void *)&((ag_tensor *)t)->value : t->u.op.storage->data;
}

/* The version of the last write to the memory t reads. */
static inline uint32_t ag__written(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? t->version : t->u.op.storage->owner->version;
}

#endif
