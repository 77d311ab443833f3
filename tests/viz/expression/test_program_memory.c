/* Memory that runs out while a program is read, bound, recorded or written: an ordinary error, and
 * all is given back.
 */
#include "no_memory.h"

#include <autograd/program.h>

static ag_status whole_program(ag_graph *g)
{
    static const char *const text = "b = [[a, 2a], [c, 1]]; k = 3; s = split(b, size=1, "
                                    "axis=0)[0]; sum(b @ [1, 2])*k + √a + sum(s)";
    viz_program *p = viz_program_new(g, text, strlen(text), NULL);
    ag_status status = status_of(g, p);
    if (status == AG_OK) {
        status = viz_program_bind(p, "a=[1,2][0]*pi");
    }
    if (status == AG_OK) {
        status = viz_program_bind(p, "c=2");
    }
    if (status == AG_OK) {
        status = status_of(g, viz_program_record(p));
    }
    if (status == AG_OK && *viz_program_text(p) == '\0') {
        status = AG_ERR_MEMORY;
    }
    viz_program_free(p);
    return status;
}

START_TEST(test_memory)
{
    each_call(whole_program, false, 0);
    each_call(whole_program, true, 0);
}
END_TEST

CHECK_MAIN("program_memory", test_memory)
