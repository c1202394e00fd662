import { testSignaling } from './behaviour.testsuite.ts'

testSignaling('single')
