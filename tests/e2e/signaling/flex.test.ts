import { testSignaling } from './behaviour.testsuite.ts'

testSignaling('flex')
