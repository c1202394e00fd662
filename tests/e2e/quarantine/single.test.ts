import { testQuarantine } from './quarantine.testsuite.ts'

testQuarantine('single')
