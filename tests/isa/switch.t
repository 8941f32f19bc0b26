# Switches: chains and trees of questions for one value, which the optimizing tier makes tables of.

-- case near numbers, of any value
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 3 goto l0
if r7 == 5 goto l1
if r7 == 6 goto l2
if r7 == 7 goto l3
if r7 == 9 goto l4
if r7 == 10 goto l5
if r7 == 12 goto l6
if r7 == 13 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x49231e0f6124b304

-- case the same of the lower half
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if w7 == 3 goto l0
if w7 == 5 goto l1
if w7 == 6 goto l2
if w7 == 7 goto l3
if w7 == 9 goto l4
if w7 == 10 goto l5
if w7 == 12 goto l6
if w7 == 13 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x49231e0f6124b304

-- case ... with something above it
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r8 = 1
r8 <<= 35
r7 |= r8
r0 *= 31
if w7 == 3 goto l0
if w7 == 5 goto l1
if w7 == 6 goto l2
if w7 == 7 goto l3
if w7 == 9 goto l4
if w7 == 10 goto l5
if w7 == 12 goto l6
if w7 == 13 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x49231e0f6124b304

-- case what is above counts
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r8 = 1
r8 <<= 35
r7 |= r8
r0 *= 31
if r7 == 3 goto l0
if r7 == 5 goto l1
if r7 == 6 goto l2
if r7 == 7 goto l3
if r7 == 9 goto l4
if r7 == 10 goto l5
if r7 == 12 goto l6
if r7 == 13 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0xd30052a7299da500

-- case far from 0
-- asm
r6 = 990
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 1003 goto l0
if r7 == 1005 goto l1
if r7 == 1006 goto l2
if r7 == 1007 goto l3
if r7 == 1009 goto l4
if r7 == 1010 goto l5
if r7 == 1012 goto l6
if r7 == 1013 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 1070 goto loop
exit
-- result 0x3f838cffb9bdfe04

-- case far from 0, of the lower half with something above
-- asm
r6 = 990
r0 = 0
loop:
r7 = r6
r8 = 1
r8 <<= 35
r7 |= r8
r0 *= 31
if w7 == 1003 goto l0
if w7 == 1005 goto l1
if w7 == 1006 goto l2
if w7 == 1007 goto l3
if w7 == 1009 goto l4
if w7 == 1010 goto l5
if w7 == 1012 goto l6
if w7 == 1013 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 1070 goto loop
exit
-- result 0x3f838cffb9bdfe04

-- case from 0 on
-- asm
r6 = -3
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 0 goto l0
if r7 == 1 goto l1
if r7 == 2 goto l2
if r7 == 3 goto l3
if r7 == 4 goto l4
if r7 == 5 goto l5
if r7 == 6 goto l6
if r7 == 7 goto l7
if r7 == 8 goto l8
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
l8:
r0 += 10
goto next
next:
r6 += 1
if r6 s< 14 goto loop
exit
-- result 0x8e5994201672121c

-- case from 0 on, of the lower half
-- asm
r6 = -3
r0 = 0
loop:
r7 = r6
r8 = 1
r8 <<= 35
r7 |= r8
r0 *= 31
if w7 == 0 goto l0
if w7 == 1 goto l1
if w7 == 2 goto l2
if w7 == 3 goto l3
if w7 == 4 goto l4
if w7 == 5 goto l5
if w7 == 6 goto l6
if w7 == 7 goto l7
if w7 == 8 goto l8
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
l8:
r0 += 10
goto next
next:
r6 += 1
if r6 s< 14 goto loop
exit
-- result 0x8e5994201672121c

-- case sparse ones
-- asm
r6 = -2
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 1 goto l0
if r7 == 9 goto l1
if r7 == 17 goto l2
if r7 == 25 goto l3
if r7 == 33 goto l4
if r7 == 41 goto l5
if r7 == 49 goto l6
if r7 == 57 goto l7
if r7 == 70 goto l8
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
l8:
r0 += 10
goto next
next:
r6 += 1
if r6 s< 100 goto loop
exit
-- result 0x4e9727eb2f8b61b

-- case too sparse ones
-- asm
r6 = -2
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 0 goto l0
if r7 == 50 goto l1
if r7 == 100 goto l2
if r7 == 150 goto l3
if r7 == 200 goto l4
if r7 == 250 goto l5
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
next:
r6 += 1
if r6 s< 300 goto loop
exit
-- result 0x67e53c306742b22b

-- case below 0
-- asm
r6 = -40
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == -1 goto l0
if r7 == -2 goto l1
if r7 == -3 goto l2
if r7 == -5 goto l3
if r7 == -7 goto l4
if r7 == -8 goto l5
if r7 == -9 goto l6
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
next:
r6 += 1
if r6 s< 10 goto loop
exit
-- result 0xf5b3df41ec28ac2c

-- case around 0
-- asm
r6 = -40
r0 = 0
loop:
r7 = r6
r0 *= 31
if w7 == -1 goto l0
if w7 == -2 goto l1
if w7 == 0 goto l2
if w7 == 1 goto l3
if w7 == 2 goto l4
if w7 == 3 goto l5
if w7 == 4 goto l6
if w7 == 5 goto l7
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
next:
r6 += 1
if r6 s< 10 goto loop
exit
-- result 0xdd36511d69e89c42

-- case numbers and ranges
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 s< 0 goto l0
if r7 == 0 goto l1
if r7 == 1 goto l2
if r7 == 2 goto l3
if r7 == 4 goto l4
if r7 == 6 goto l5
if r7 == 8 goto l6
if r7 == 9 goto l7
if r7 > 20 goto l8
if r7 == 19 goto l9
other:
r0 += 1
goto next
l0:
r0 += 9
goto next
l1:
r0 += 2
goto next
l2:
r0 += 3
goto next
l3:
r0 += 4
goto next
l4:
r0 += 5
goto next
l5:
r0 += 6
goto next
l6:
r0 += 7
goto next
l7:
r0 += 8
goto next
l8:
r0 += 9
goto next
l9:
r0 += 8
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x8bd22877ed608665

-- case ranges that lead to the default
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 > 20 goto other
if r7 == 0 goto l1
if r7 == 1 goto l2
if r7 == 2 goto l3
if r7 == 4 goto l4
if r7 == 6 goto l5
if r7 == 9 goto l6
if r7 < 3 goto other
other:
r0 += 1
goto next
l1:
r0 += 2
goto next
l2:
r0 += 3
goto next
l3:
r0 += 4
goto next
l4:
r0 += 5
goto next
l5:
r0 += 6
goto next
l6:
r0 += 7
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x98c890941479c65b

-- case signed ranges, of the lower half
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r8 = 1
r8 <<= 35
r7 |= r8
r0 *= 31
if w7 s> 20 goto other
if w7 s<= -1 goto other
if w7 == 0 goto l2
if w7 == 1 goto l3
if w7 == 2 goto l4
if w7 == 4 goto l5
if w7 == 6 goto l6
if w7 == 9 goto l7
other:
r0 += 1
goto next
l2:
r0 += 2
goto next
l3:
r0 += 3
goto next
l4:
r0 += 4
goto next
l5:
r0 += 5
goto next
l6:
r0 += 6
goto next
l7:
r0 += 7
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0x98c890941479c65b

-- case the largest numbers
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == -1 goto l0
if r7 == -2 goto l1
if r7 == 0 goto l2
if r7 == 1 goto l3
if r7 == 2 goto l4
if r7 == 3 goto l5
if r7 == 4 goto l6
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 2
goto next
l3:
r0 += 3
goto next
l4:
r0 += 4
goto next
l5:
r0 += 5
goto next
l6:
r0 += 6
goto next
next:
r6 += 1
if r6 s< 60 goto loop
exit
-- result 0xc8c226d77726915c

-- case with the ends of signed numbers
-- asm
r6 = -2147483648
r0 = 0
loop:
r7 = r6
r0 *= 31
if w7 s< 0 goto l0
if w7 == 0 goto l1
if w7 == 1 goto l2
if w7 == 2 goto l3
if w7 == 3 goto l4
if w7 == 4 goto l5
if w7 == 5 goto l6
other:
r0 += 1
goto next
l0:
r0 += 3
goto next
l1:
r0 += 2
goto next
l2:
r0 += 3
goto next
l3:
r0 += 4
goto next
l4:
r0 += 5
goto next
l5:
r0 += 6
goto next
l6:
r0 += 7
goto next
next:
r6 += 268435457
if r6 s< 2147483647 goto loop
exit
-- result 0x5e5f7d913161c200

-- case one asked twice
-- asm
r6 = -5
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 == 1 goto l0
if r7 == 2 goto l1
if r7 == 3 goto l2
if r7 == 4 goto l3
if r7 == 5 goto l4
if r7 == 6 goto l5
if r7 == 7 goto l6
if r7 == 8 goto l7
if r7 == 9 goto l8
if r7 == 3 goto l9
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
l8:
r0 += 10
goto next
l9:
r0 += 90
goto next
next:
r6 += 1
if r6 s< 20 goto loop
exit
-- result 0xb6e790b5d242e446

-- case all of 256
-- asm
r6 = -5
r0 = 0
loop:
r7 = r6
r0 *= 31
if w7 == 0 goto l0
if w7 == 3 goto l1
if w7 == 6 goto l2
if w7 == 9 goto l3
if w7 == 12 goto l4
if w7 == 15 goto l5
if w7 == 18 goto l6
if w7 == 21 goto l7
if w7 == 24 goto l8
if w7 == 27 goto l9
if w7 == 30 goto l10
if w7 == 33 goto l11
if w7 == 36 goto l12
if w7 == 39 goto l13
if w7 == 42 goto l14
if w7 == 45 goto l15
if w7 == 48 goto l16
if w7 == 51 goto l17
if w7 == 54 goto l18
if w7 == 57 goto l19
if w7 == 60 goto l20
if w7 == 63 goto l21
if w7 == 66 goto l22
if w7 == 69 goto l23
if w7 == 72 goto l24
if w7 == 75 goto l25
if w7 == 78 goto l26
if w7 == 81 goto l27
if w7 == 84 goto l28
if w7 == 87 goto l29
if w7 == 90 goto l30
if w7 == 93 goto l31
if w7 == 96 goto l32
if w7 == 99 goto l33
if w7 == 102 goto l34
if w7 == 105 goto l35
if w7 == 108 goto l36
if w7 == 111 goto l37
if w7 == 114 goto l38
if w7 == 117 goto l39
if w7 == 120 goto l40
if w7 == 123 goto l41
if w7 == 126 goto l42
if w7 == 129 goto l43
if w7 == 132 goto l44
if w7 == 135 goto l45
if w7 == 138 goto l46
if w7 == 141 goto l47
if w7 == 144 goto l48
if w7 == 147 goto l49
if w7 == 150 goto l50
if w7 == 153 goto l51
if w7 == 156 goto l52
if w7 == 159 goto l53
if w7 == 162 goto l54
if w7 == 165 goto l55
if w7 == 168 goto l56
if w7 == 171 goto l57
if w7 == 174 goto l58
if w7 == 177 goto l59
if w7 == 180 goto l60
if w7 == 183 goto l61
if w7 == 186 goto l62
if w7 == 189 goto l63
if w7 == 192 goto l64
if w7 == 195 goto l65
if w7 == 198 goto l66
if w7 == 201 goto l67
if w7 == 204 goto l68
if w7 == 207 goto l69
if w7 == 210 goto l70
if w7 == 213 goto l71
if w7 == 216 goto l72
if w7 == 219 goto l73
if w7 == 222 goto l74
if w7 == 225 goto l75
if w7 == 228 goto l76
if w7 == 231 goto l77
if w7 == 234 goto l78
if w7 == 237 goto l79
if w7 == 240 goto l80
if w7 == 243 goto l81
if w7 == 246 goto l82
if w7 == 249 goto l83
if w7 == 252 goto l84
if w7 == 255 goto l85
other:
r0 += 1
goto next
l0:
r0 += 2
goto next
l1:
r0 += 3
goto next
l2:
r0 += 4
goto next
l3:
r0 += 5
goto next
l4:
r0 += 6
goto next
l5:
r0 += 7
goto next
l6:
r0 += 8
goto next
l7:
r0 += 9
goto next
l8:
r0 += 10
goto next
l9:
r0 += 11
goto next
l10:
r0 += 12
goto next
l11:
r0 += 13
goto next
l12:
r0 += 14
goto next
l13:
r0 += 15
goto next
l14:
r0 += 16
goto next
l15:
r0 += 17
goto next
l16:
r0 += 18
goto next
l17:
r0 += 19
goto next
l18:
r0 += 20
goto next
l19:
r0 += 21
goto next
l20:
r0 += 22
goto next
l21:
r0 += 23
goto next
l22:
r0 += 24
goto next
l23:
r0 += 25
goto next
l24:
r0 += 26
goto next
l25:
r0 += 27
goto next
l26:
r0 += 28
goto next
l27:
r0 += 29
goto next
l28:
r0 += 30
goto next
l29:
r0 += 31
goto next
l30:
r0 += 32
goto next
l31:
r0 += 33
goto next
l32:
r0 += 34
goto next
l33:
r0 += 35
goto next
l34:
r0 += 36
goto next
l35:
r0 += 37
goto next
l36:
r0 += 38
goto next
l37:
r0 += 39
goto next
l38:
r0 += 40
goto next
l39:
r0 += 41
goto next
l40:
r0 += 42
goto next
l41:
r0 += 43
goto next
l42:
r0 += 44
goto next
l43:
r0 += 45
goto next
l44:
r0 += 46
goto next
l45:
r0 += 47
goto next
l46:
r0 += 48
goto next
l47:
r0 += 49
goto next
l48:
r0 += 50
goto next
l49:
r0 += 51
goto next
l50:
r0 += 52
goto next
l51:
r0 += 53
goto next
l52:
r0 += 54
goto next
l53:
r0 += 55
goto next
l54:
r0 += 56
goto next
l55:
r0 += 57
goto next
l56:
r0 += 58
goto next
l57:
r0 += 59
goto next
l58:
r0 += 60
goto next
l59:
r0 += 61
goto next
l60:
r0 += 62
goto next
l61:
r0 += 63
goto next
l62:
r0 += 64
goto next
l63:
r0 += 65
goto next
l64:
r0 += 66
goto next
l65:
r0 += 67
goto next
l66:
r0 += 68
goto next
l67:
r0 += 69
goto next
l68:
r0 += 70
goto next
l69:
r0 += 71
goto next
l70:
r0 += 72
goto next
l71:
r0 += 73
goto next
l72:
r0 += 74
goto next
l73:
r0 += 75
goto next
l74:
r0 += 76
goto next
l75:
r0 += 77
goto next
l76:
r0 += 78
goto next
l77:
r0 += 79
goto next
l78:
r0 += 80
goto next
l79:
r0 += 81
goto next
l80:
r0 += 82
goto next
l81:
r0 += 83
goto next
l82:
r0 += 84
goto next
l83:
r0 += 85
goto next
l84:
r0 += 86
goto next
l85:
r0 += 87
goto next
next:
r6 += 1
if r6 s< 300 goto loop
exit
-- result 0xc57d3588a7d4f8cc

-- case a wide range beside a switch
-- asm
r6 = -20
r0 = 0
loop:
r7 = r6
r0 *= 31
if r7 > 500 goto l0
if r7 == 0 goto l1
if r7 == 1 goto l2
if r7 == 2 goto l3
if r7 == 4 goto l4
if r7 == 6 goto l5
if r7 == 9 goto l6
if r7 == 12 goto l7
if r7 == 13 goto l8
if r7 == 14 goto l9
other:
r0 += 1
goto next
l0:
r0 += 9
goto next
l1:
r0 += 2
goto next
l2:
r0 += 3
goto next
l3:
r0 += 4
goto next
l4:
r0 += 5
goto next
l5:
r0 += 6
goto next
l6:
r0 += 7
goto next
l7:
r0 += 8
goto next
l8:
r0 += 9
goto next
l9:
r0 += 10
goto next
next:
r6 += 1
if r6 s< 600 goto loop
exit
-- result 0x4f05639f75f4185b
