/* Takes the vocabulary's present meaning away. No guard. */
#undef AG__JOIN_
#undef AG__JOIN
#undef K
#undef NEG
#undef ADD
#undef SUB
#undef MUL
#undef DIV
#undef SQ
#undef POW
#undef F
#undef IS
#undef WHERE
#undef T
#undef S
