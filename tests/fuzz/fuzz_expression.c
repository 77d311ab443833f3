/* Any bytes as a program: a result or an error that is told, in bounded memory, and the text of what
 * was understood is read again as the same. The first byte chooses options; what stands behind the
 * first zero byte is a binding.
 */
#define AG_NO_SITES
#include "bytes.h"
#include "fuzz.h"

#include <autograd/program.h>

static void read_again(ag_graph *g, viz_program *p)
{
    const char *text = viz_program_text(p);
    viz_program *q = viz_program_new(g, text, strlen(text), NULL);
    if (ag_error(g) != AG_ERR_MEMORY && *text != '\0') {
        fuzz_require(q != NULL && strcmp(viz_program_text(q), text) == 0);
    }
    ag_error_clear(g);
    viz_program_free(q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    memory m = {0};
    const ag_graph_options o = {.allocator = {memory_alloc, memory_release, &m}};
    ag_graph *g = n > 0 ? ag_graph_new_with(&o) : NULL;
    if (g == NULL) {
        return 0;
    }
    char binding[256] = "";
    const char *text = (const char *)data + 1;
    const char *end = memchr(text, '\0', n - 1);
    size_t length = end != NULL ? (size_t)(end - text) : n - 1, rest = n - 1 - length;
    memcpy(binding, text + length + (rest > 0), rest > 0 ? (rest - 1) % sizeof binding : 0);
    viz_program *p =
        viz_program_new(g, text, length, &(viz_program_options){.separate = (data[0] & 1) != 0});
    fuzz_require((p == NULL) == (ag_error(g) != AG_OK));
    if (p != NULL && *binding != '\0') {
        fuzz_require((viz_program_bind(p, binding) == AG_OK) == (ag_error(g) == AG_OK));
    }
    ag_tensor *t = p != NULL && ag_error(g) == AG_OK ? viz_program_record(p) : NULL;
    fuzz_require((t == NULL) == (ag_error(g) != AG_OK));
    fuzz_require(strlen(ag_error_message(g)) < 1024);
    ag_error_clear(g);
    if (t != NULL && ag_size(t) == 1 && ag_needs_grad(t)) {
        fuzz_require((ag_backward(t) == AG_OK) == (ag_error(g) == AG_OK));
        ag_error_clear(g);
    }
    if (p != NULL) {
        read_again(g, p);
    }
    viz_program_free(p);
    ag_graph_free(g);
    fuzz_require(m.bytes == 0 && m.blocks == 0);
    return 0;
}
